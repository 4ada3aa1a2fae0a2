"""How much a file may hold; beyond it the file is refused and says which limit it met."""

FILE_BYTES = 100_000_000
ROWS = 1_000_000
COLUMNS = 100
CELL_CHARACTERS = 10_000
ROW_CHARACTERS = COLUMNS * CELL_CHARACTERS

# A workbook is read whole, so it is held to less than text is.
UNPACKED_BYTES = 300_000_000
WORKBOOK_CELLS = 5_000_000

# Each open quote costs a second reading of what it swallowed.
OPEN_QUOTES = 100
