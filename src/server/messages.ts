import { Transform, type Writable } from 'node:stream';
import { judge, tooLong } from './judge-line.ts';

const LINE_END = 0x0a;

/**
 * Of a stream, the lines that are messages, each in one piece. Others are answered, and go no further.
 * @param mostBytes a longer line is passed over, so that what follows it is read
 * @param answers where answers go, each a line
 */
export function messages(mostBytes: number, answers: Writable): Transform {
  let parts: Buffer[] = [];
  let bytes = 0;

  function keep(part: Buffer): void {
    bytes += part.length;
    if (bytes > mostBytes) parts = [];
    else parts.push(part);
  }

  /** @returns undefined for a line that was too long */
  function endLine(): Buffer | undefined {
    const line = bytes > mostBytes ? undefined : Buffer.concat(parts);
    parts = [];
    bytes = 0;
    return line;
  }

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let from = 0;
      for (let at = chunk.indexOf(LINE_END); at !== -1; at = chunk.indexOf(LINE_END, from)) {
        keep(chunk.subarray(from, at + 1));
        from = at + 1;
        const line = endLine();
        const found = line ? judge(line.toString()) : [tooLong(mostBytes)];
        if (line && found.length === 0) this.push(line);
        for (const wrong of found) answers.write(`${JSON.stringify(wrong)}\n`);
      }
      keep(chunk.subarray(from));
      done();
    },
  });
}
