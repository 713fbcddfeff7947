import type { GoodCall } from '../every-call/good-calls.ts';
import type { Ground } from '../every-call/ground.ts';

/**
 * What Directus shows of all that a call may change: where its change is seen, and what else it makes on the way.
 * @param more other addresses to look at
 */
export async function watched(
  ground: Ground,
  { look, remove }: GoodCall,
  ...more: string[]
): Promise<string> {
  if (look === undefined) return '';
  const places = [look, ...(remove === undefined ? [] : [remove]), ...more];
  return (await Promise.all(places.map((place) => ground.seen(place)))).join('\n');
}
