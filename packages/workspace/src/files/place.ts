/** A folder as this process reaches it, and as the kernel names it: how the path of a descriptor opened in it begins. */
export interface Place {
  readonly path: string;
  readonly real: string;
}

/** A folder that is where its path says; without links in it. */
export const placeAt = (folder: string): Place => ({ path: folder, real: folder });
