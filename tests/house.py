"""The rooms of the package, from the top, floor by floor: see test_architecture.py."""
WINGS = ("normal", "one_way", "multinomial", "poisson", "binomial")
FLOORS = [
    ["__main__"],
    ["cli"],
    ["fit", "section58", "stepping"],
    ["player", "lessons"],
    ["homework", "plots"],
    ["guide", "funnel"],
    ["core", "models.twins", "models.card"],
    ["models.examples"],
    ["models"],
    [f"models.{wing}" for wing in WINGS],
    ["models.posterior", "models.start", "models.hierarchy"],
    ["models.disagreement", "models.likelihoods", "models.scales"],
    ["sampling"],
    ["distributions"],
    ["numerics", "data"],
    ["rows"],
    ["ctrl_c", "files", "html", "names", "optional", "progress", "terminal", "validate"],
    ["labels", "spelling"],
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# The table may name rooms that are still to be built.
PLANNED = set()
