import type { Ports } from '../ports';

/** Name of a user or an agent for colleagues; his id where nobody of that id is there any more. */
export async function nameOf({ store }: Pick<Ports, 'store'>, id: string): Promise<string> {
  return (await store.users.get(id))?.name ?? (await store.agents.get(id))?.name ?? id;
}
