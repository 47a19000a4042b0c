"""What a sequence of integers or rational numbers is: recurrences and closed forms, with terms held out as evidence."""
