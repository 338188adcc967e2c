"""The images of the run in which peaks are seen."""

from tests.workflow.paper_in_little import Images

SOME = Images(clothes=20_000, photographs=600)
EVALUATED = 200
"""Images that networks are evaluated on; there are no more of them for statistics either."""
PLACES = 1000
"""Places at which networks of one variable are evaluated together."""
