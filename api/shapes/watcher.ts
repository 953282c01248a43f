import type { Watcher } from '../../store/watchers';
import { flag, instant, list, object, text, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { iso } from './basics';

/** Who has an enquiry open at the moment. */
export const watchersShape = list(
  object({
    agent: text(),
    name: text(),
    typing: flag('Writes at this moment.'),
    since: instant('Has it open since.'),
  }),
);

/** Watchers as they are answered: the others. */
export const watchersView = async (
  { store }: Pick<ApiPorts, 'store'>,
  watchers: readonly Watcher[],
  caller: string,
): Promise<TypeOf<typeof watchersShape>> => {
  const others = watchers.filter(({ user }) => user !== caller);
  const users = await store.users.getMany(others.map(({ user }) => user));
  return others.map(({ user: agent, since, typing }) => {
    const name = users.find(({ _id }) => _id === agent)?.name ?? agent;
    return { agent, name, typing, since: iso(since) };
  });
};
