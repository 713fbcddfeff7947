import { storeSuite } from '../host/conversations/fixtures/store-suite.ts';
import { withStore } from './fixtures/store.ts';

const store = withStore();

storeSuite(async () => (await store.person()).open());
