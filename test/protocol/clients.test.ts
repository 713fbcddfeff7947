import { clients } from './fixtures/clients.ts';
import { overStdio } from './fixtures/reach.ts';
import { changesSuite } from './suites/changes.ts';
import { clientSuite } from './suites/clients.ts';

clientSuite(overStdio, clients);
changesSuite(overStdio, clients);
