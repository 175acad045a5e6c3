import type { Probe } from '../probe.ts';
import { PYTEST_PLUGIN, PYTHON_PROBE, PYTHON_SITE } from './probe.ts';
import { PYTHON_STEPS } from './steps.ts';

/** Coverage of Python by test for unittest and pytest; of the whole run for anything else. */
export const PYTHON_COVERAGE: Probe = {
  files: {
    'heddle_probe.py': PYTHON_PROBE,
    'heddle_steps.py': PYTHON_STEPS,
    'heddle_probe_pytest.py': PYTEST_PLUGIN,
    'sitecustomize.py': PYTHON_SITE,
  },
  prepare: `
    export PYTHONPATH="$HEDDLE_PROBE_DIR\${PYTHONPATH:+:$PYTHONPATH}"
    export PYTEST_PLUGINS="\${PYTEST_PLUGINS:+$PYTEST_PLUGINS,}heddle_probe_pytest"
  `,
};
