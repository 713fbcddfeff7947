import { v7, validate, version } from 'uuid';

/** A new id of a conversation; ids sort by the time they were made. */
export const newId = (): string => v7();

/** Ids become names of folders: whatever else somebody gives is not looked for. */
export const isId = (text: string): boolean => validate(text) && version(text) === 7;

/** ISO time at which an id was made: the first 48 bits of a UUID of version 7 are its milliseconds. */
export const createdAtOf = (id: string): string =>
  new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toISOString();
