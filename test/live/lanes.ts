/** How many files run at once, each on a Directus of its own: with one, a core waits for the other. */
export const LANES = 2;
