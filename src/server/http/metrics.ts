import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Entry } from './log.ts';

/** Figures for Prometheus. Nothing in them tells of callers. */
export type Metrics = {
  /** Counts what the log tells. */
  note(entry: Entry): void;
  /** The text that Prometheus reads. */
  text(): Promise<string>;
  contentType: string;
};

const PREFIX = 'directus_assistant_';
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** @param gauges what can be asked for at any time */
export function createMetrics(gauges: { sessions(): number; working(): number }): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: PREFIX });
  const registers = [register];
  const requests = new Histogram({
    name: `${PREFIX}request_duration_seconds`,
    help: 'Requests, by path, method and status.',
    labelNames: ['path', 'method', 'status'],
    buckets: SECONDS,
    registers,
  });
  const calls = new Histogram({
    name: `${PREFIX}call_duration_seconds`,
    help: 'Calls of tools, by tool, action and outcome.',
    labelNames: ['tool', 'action', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const warnings = new Counter({ name: `${PREFIX}warnings_total`, help: 'Warnings in the log.', registers });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: PREFIX + name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('sessions_awake', 'Sessions of clients of the 2025 protocol in memory.', gauges.sessions);
  gauge('requests_working', 'Requests that are being worked on.', gauges.working);

  return {
    note(entry) {
      if (entry.event === 'request') {
        const { path, method, status, ms } = entry;
        requests.observe({ path, method: known(method), status }, ms / 1000);
      } else if (entry.event === 'call') {
        const { tool, action = '', outcome, ms } = entry;
        calls.observe({ tool, action, outcome }, ms / 1000);
      } else if (entry.event === 'warning') warnings.inc();
    },
    text: () => register.metrics(),
    contentType: register.contentType,
  };
}

/** Each label makes a series of its own, so a caller must not make up new ones. */
function known(method: string): string {
  return ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD'].includes(method) ? method : 'other';
}
