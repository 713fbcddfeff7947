import type { Signed } from './ports.ts';

/** What a request carries from one handler to the next. */
export type Env = {
  Bindings: {
    /** Where the request comes from, as far as the connection tells. */
    address: string;
  };
  Variables: {
    /** Who is signed in; set for every route below /api except /api/session. */
    signed: Signed;
  };
};
