import { clients } from './fixtures/clients.ts';
import { overHttp } from './fixtures/reach.ts';
import { changesSuite } from './suites/changes.ts';
import { clientSuite } from './suites/clients.ts';

const reach = overHttp();
clientSuite(reach, clients);
changesSuite(reach, clients);
