"""What topics, meetings, decisions and polls share: who is told of them, and what happens by itself.

Rows are held in one order, so that two processes wait for each other and none for both: the talk, a place or
joint meeting, the meeting, its decision, its topics, their cases, a poll; of several of a kind the lowest
row first. A number of the community (`take_number`) may be taken at any point and is waited for like a row.
Making a topic of cases holds the cases before the topic, ending an item its cases before the next, and a case
that turns private its topics and meetings after it; where that meets the order the other way round PostgreSQL
ends one of the two, and its transaction is done again from the start (`storage.writers`): nothing of the
first try holds.
"""
