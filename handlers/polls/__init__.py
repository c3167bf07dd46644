"""Polls: votes counted by household (表决); surveys (征询) share their numbers and their words."""
