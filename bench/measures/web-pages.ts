import type { Page } from 'playwright-core';
import { writeLong } from '../conversation/long.ts';
import type { Figure, Measure } from '../figure.ts';
import { median } from '../statistics.ts';
import { type Pages, startPages } from '../web/start.ts';

const ROUNDS = 10;
const MESSAGES = 500;
/** Frames of the worst twentieth may last so long. */
const MOST_FRAME_MS = 50;

/** The chat page in Chromium: how soon one can type, and how long a frame of a long conversation takes. */
export const webPages: Measure = {
  name: 'web',
  about: 'the chat page in a browser: time to typing, frames of a long conversation',
  async run({ bin, instances, say }) {
    const pages = await startPages(bin, await instances.newsroom());
    try {
      say('opening the chat page');
      const figures = [await typing(pages)];
      say(`scrolling and typing in a conversation of ${MESSAGES} messages`);
      const id = await writeLong(pages.conversations, MESSAGES);
      return [...figures, await frames(pages, id)];
    } finally {
      await pages.stop();
    }
  },
};

async function typing(pages: Pages): Promise<Figure> {
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const context = await pages.context();
    const page = await context.newPage();
    await page.goto('/', { waitUntil: 'commit' });
    await page.locator(CAN_TYPE).waitFor();
    samples.push(Number(await page.evaluate('performance.now()')));
    await context.close();
  }
  return {
    what: 'from navigation to typing in the chat page, nothing cached',
    value: median(samples),
    unit: 'ms',
    atMost: 800,
    detail: { 'minimum ms': Math.min(...samples), 'maximum ms': Math.max(...samples) },
  };
}

const CAN_TYPE = 'textarea:focus:enabled';
/** Run in the page. */
const START = `globalThis.frames = []; let last = performance.now();
  globalThis.counting = requestAnimationFrame(function count(now) {
    globalThis.frames.push(now - last); last = now; globalThis.counting = requestAnimationFrame(count);
  });`;
const END = 'cancelAnimationFrame(globalThis.counting); globalThis.frames.slice(1)';

async function frames(pages: Pages, id: string): Promise<Figure> {
  const context = await pages.context();
  const page = await context.newPage();
  await page.goto(`/c/${id}`);
  await page.locator(CAN_TYPE).waitFor();
  await page.waitForLoadState('networkidle');
  const lasted = [...(await during(page, scroll)), ...(await during(page, type))].sort((a, b) => a - b);
  await context.close();
  const at = (share: number) => lasted[Math.min(lasted.length - 1, Math.floor(lasted.length * share))] ?? 0;
  return {
    what: `a frame while scrolling and typing in a conversation of ${MESSAGES} messages, p95`,
    value: at(0.95),
    unit: 'ms',
    atMost: MOST_FRAME_MS,
    detail: { 'p50 ms': at(0.5), 'p99 ms': at(0.99), 'maximum ms': at(1) },
  };
}

async function during(page: Page, work: (page: Page) => Promise<void>): Promise<number[]> {
  await page.evaluate(START);
  await work(page);
  return page.evaluate<number[]>(END);
}

async function scroll(page: Page): Promise<void> {
  await page.mouse.move(700, 400);
  for (let step = 0; step < 60; step++) {
    await page.mouse.wheel(0, step < 30 ? -600 : 600);
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(drawn))');
  }
}

const type = (page: Page): Promise<void> =>
  page.keyboard.type('A question that is typed letter by letter, as people do.');
