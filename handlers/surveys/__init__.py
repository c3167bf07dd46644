"""Surveys (征询): opinions are gathered one by one, counted, and told without names."""
