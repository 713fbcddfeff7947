import { automation } from './automation.ts';
import { files } from './files.ts';
import { model } from './model.ts';
import { reading } from './reading.ts';
import type { Task } from './task.ts';
import { writing } from './writing.ts';

/** All tasks, in the order in which each contestant does them. @param picture URL of an image that Directus can fetch */
export const tasks = (picture: string): Task[] => [
  ...reading,
  ...writing,
  ...files(picture),
  ...model,
  ...automation,
];
