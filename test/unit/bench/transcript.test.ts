import { expect, test } from 'vitest';
import { createTranscript } from '../../../bench/tasks/transcript.ts';

const letters = (words: string) => words.length;

test('each request pays for the head and for all that was said before it', () => {
  const transcript = createTranscript(100, letters);
  transcript.add('abcde');
  transcript.ask();
  expect(transcript.total()).toBe(105);
  transcript.add('call');
  transcript.add('answer');
  transcript.ask();
  expect(transcript.total()).toBe(105 + 115);
  expect(transcript.requests()).toBe(2);
});

test('what is said after the last request costs nothing', () => {
  const transcript = createTranscript(0, letters);
  transcript.ask();
  transcript.add('never sent');
  expect(transcript.total()).toBe(0);
});

test('counts tokens of o200k unless told otherwise', () => {
  const transcript = createTranscript(1);
  transcript.add('hello world');
  transcript.ask();
  expect(transcript.total()).toBe(3);
});
