import type { Progress } from '../sandbox/progress.ts';

const BAR = 24;

export type ProgressPrinter = { show(progress: Progress): void; done(): void };

/** Shows on stderr what takes long: a bar that is redrawn on a terminal, else one line for each new step. */
export function progressPrinter(stream: NodeJS.WriteStream = process.stderr): ProgressPrinter {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): ProgressPrinter {
  const clear = '\r\x1b[K';
  return {
    show({ text, fraction = 1 }) {
      const full = Math.round(fraction * BAR);
      const percent = `${Math.round(fraction * 100)}%`.padStart(4);
      const line = `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}]${percent} ${text}`;
      stream.write(clear + line.slice(0, (stream.columns || 80) - 1));
    },
    done: () => void stream.write(clear),
  };
}

/** Counts in brackets change all the time: only what stands before them makes a new line. */
function lines(stream: NodeJS.WriteStream): ProgressPrinter {
  let last = '';
  return {
    show({ text }) {
      const step = text.replace(/ \(.*\)$/, '');
      if (step !== last) stream.write(`${step}\n`);
      last = step;
    },
    done: () => {},
  };
}
