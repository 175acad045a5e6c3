import { applyTheme, storedTheme } from './shell/theme.ts';

// Before the page is drawn, so that nobody sees a flash of the other theme.
applyTheme(storedTheme());
