/** The head of a table's column; numbers stand at the right. */
export function Column({
  number = false,
  className = '',
  ...rest
}: React.ComponentProps<'th'> & { readonly number?: boolean }) {
  return <th scope="col" className={number ? `number ${className}` : className} {...rest} />;
}
