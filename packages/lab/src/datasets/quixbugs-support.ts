/** As much of pytest as the published tests use, so that they run where it is not installed. */
export const PYTEST_STAND_IN = `use_correct = False
run_slow = False


class Skipped(Exception):
    pass


def skip(reason):
    raise Skipped(reason)


def approx(expected, abs):
    class Near:
        def __eq__(self, other):
            return -abs <= other - expected <= abs

        def __repr__(self):
            return f"{expected} +- {abs}"

    return Near()


class mark:
    @staticmethod
    def parametrize(names, rows):
        def keep(function):
            function.rows = rows
            return function

        return keep


def run(function, row):
    """One case of a test function; of a parametrized one, the row with that number."""
    try:
        if row is None:
            function()
        else:
            function(*function.rows[row])
    except Skipped:
        pass
`;
