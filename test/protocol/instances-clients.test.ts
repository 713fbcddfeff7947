import { asking } from './fixtures/asking.ts';
import { clients } from './fixtures/clients.ts';
import { ofEachEra, throughInstances } from './fixtures/instances.ts';
import { changesSuite } from './suites/changes.ts';
import { clientSuite } from './suites/clients.ts';
import { elicitationSuite } from './suites/elicitation.ts';

const reach = throughInstances();
clientSuite(reach, ofEachEra(clients));
changesSuite(reach, ofEachEra(clients));
elicitationSuite(reach, ofEachEra(asking));
