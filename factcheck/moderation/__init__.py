"""Reports, decisions of reviewers, and replies that wait before they are published."""
