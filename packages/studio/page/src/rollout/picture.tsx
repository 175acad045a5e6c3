import type { PictureTold } from '../../../src/told/step.ts';
import { useTold } from '../api.ts';
import { isExport } from '../export-files.ts';

/** What a tool showed the model. */
export function Picture({ digest, mediaType }: PictureTold) {
  const path = `/pictures/${digest}`;
  const { data, error } = useTold<string>(isExport() ? path : null);
  const src = isExport() ? data : `/api${path}`;
  if (error !== null) return <p className="dim">{error.message}</p>;
  if (src === undefined) return null;
  return <img className="action-picture" src={src} alt={`shown to the model (${mediaType})`} />;
}
