"""Cases from the field: one test for each kind of trouble that people report, its right value written down."""
