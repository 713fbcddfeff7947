import { overHttp } from './fixtures/reach.ts';
import { inspectorSuite } from './suites/inspector.ts';

inspectorSuite(overHttp());
