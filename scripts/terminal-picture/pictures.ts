import type { Picture, Step } from './picture.ts';

/** The line below a finished answer. */
const FINISHED = /tokens in, [\d,]+ out/;

const say = (text: string): Step[] => [{ type: text }, { key: 'Enter' }];

/**
 * All pictures, by the name of their file. In the pane, `directus-assistant` is the built program, and the variables
 * DIRECTUS_URL, DIRECTUS_TOKEN and MODEL name a sandbox and its demo model.
 */
export const pictures: Record<string, Picture> = {
  chat: {
    title: 'directus-assistant chat',
    columns: 100,
    rows: 48,
    steps: [
      { run: 'directus-assistant chat --base-url $MODEL --model demo' },
      { see: '/help' },
      ...say('show the newest 3 articles'),
      { see: FINISHED },
      ...say('change the status of article 3 to draft'),
      { see: 'a always' },
      { snap: '' },
    ],
  },
  'long-job': {
    title: 'directus-assistant chat',
    columns: 100,
    rows: 20,
    steps: [
      { run: 'directus-assistant chat --base-url $MODEL --model demo' },
      { see: '/help' },
      ...say('write a new summary for each of the newest 40 articles'),
      { see: 'a always' },
      { snap: 'A job of forty changes. The first is shown before it is made; “always” covers the others.' },
      { key: 'a' },
      { see: '10 of 40 are done' },
      { key: 'Escape' },
      { see: /Stopped\..*out/ },
      { snap: 'Esc stops it, in the middle of a call if need be.' },
      ...say('go on'),
      { see: '20 of 40 are done' },
      { kill: true },
      { see: 'Killed' },
      { run: 'directus-assistant chat --base-url $MODEL --model demo --continue' },
      { see: '/help' },
      {
        snap: 'kill -9, and chat --continue: everything is there. What was cut off is looked at before it is made again.',
      },
      ...say('go on'),
      { see: 'a always' },
      { key: 'a' },
      { see: /undo what you did\. .*out/ },
      { snap: 'The rest is done, and all of it read back.' },
      ...say('undo what you did'),
      { see: 'a always' },
      { key: 'y' },
      { see: /as the history shows\..*out/ },
      { snap: 'One yes takes all forty back.' },
    ],
  },
};
