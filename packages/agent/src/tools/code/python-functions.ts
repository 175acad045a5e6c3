/**
 * Python text that both kernels run: makes the other tools functions. `heddle_functions(specs, call)` gives a
 * dictionary of functions; `call(tool, input)` asks Heddle and gives its answer as a dictionary. A positional argument
 * is the parameter at its place. Python 3.7 and later.
 */
export const PYTHON_FUNCTIONS = `
class ToolError(Exception):
    """A tool refused or failed; the message is the tool's."""
    def __init__(self, message, details=None):
        super().__init__(message)
        self.details = details

class ToolText(str):
    """What a tool answered, as text; more about it in details."""
    details = None
    def __repr__(self):
        return str(self)

def heddle_functions(specs, call):
    def make(name, parameters, required, summary):
        def function(*args, **kwargs):
            if len(args) > len(parameters):
                raise TypeError('%s() takes %d arguments at most: %s' % (name, len(parameters), ', '.join(parameters)))
            given = dict(zip(parameters, args))
            twice = [key for key in kwargs if key in given]
            if twice:
                raise TypeError('%s() got two values for %s' % (name, twice[0]))
            given.update(kwargs)
            answer = call(name, {key: value for key, value in given.items() if value is not None})
            if answer['outcome'] != 'ok':
                raise ToolError(answer['content'], answer.get('details'))
            text = ToolText(answer['content'])
            text.details = answer.get('details')
            return text
        function.__name__ = function.__qualname__ = name
        function.__doc__ = summary
        return function
    return {s['name']: make(s['name'], s['parameters'], s['required'], s['summary']) for s in specs}
`;
