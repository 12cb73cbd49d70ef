"""What the network is given and what it answers; nothing but numbers and words."""

# The mean and the standard deviation of each band of what is given, of 0 ... 1.
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)

# The name, the meaning and the colour of each channel of what is answered.
CLASSES = (
    ("background", "Ground, plants, things", "D9D9D9"),
    ("building", "Roof of a building", "E4572E"),
    ("contact", "Wall shared by two buildings, or a gap under about 1.2 m", "F2C14E"),
    ("road", "Street, track or path", "5A5A60"),
    ("water", "River or other open water", "427EB0"),
    ("bridge", "Deck over water; it belongs to the road", "963C96"),
)
NAMES = tuple(name for name, _, _ in CLASSES)

# The label of a pixel of which nothing is known.
UNKNOWN = 255
