/**
 * A row or cell of a grid of thousands of rows, which is drawn in part only and so cannot be a `table`. The grid itself
 * has the focus and the keys, and says by `aria-activedescendant` which cell is meant.
 */
export function GridPart(
  props: React.ComponentProps<'div'> & { readonly role: 'row' | 'columnheader' | 'rowheader' | 'gridcell' },
) {
  return <div {...props} />;
}
