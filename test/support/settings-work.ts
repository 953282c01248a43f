/** What an admin sets up through the API. */
import type { Flow } from '../../flows/flow';
import type { Colleague } from './colleague';

/** Saves and publishes a flow; gives the revision that a channel may run. */
export async function publish(admin: Colleague, flow: Flow): Promise<{ id: string; revision: number }> {
  const text = JSON.stringify(flow);
  const saved = await admin.put<{ flow: { draft: { sha256: string } } }>(`/v1/flows/${flow.id}/draft`, { text });
  const expectedSha256 = saved.flow.draft.sha256;
  const published = { expectedSha256, message: 'For a scenario.' };
  const { revision } = await admin.post<{ revision: number }>(`/v1/flows/${flow.id}/publish`, published);
  return { id: flow.id, revision };
}

/** Makes a channel at `<id>@localhost` whose mail is written into the sink; `more` says what it is about. */
export async function aChannel(admin: Colleague, id: string, more: object = {}): Promise<string> {
  const address = `${id}@localhost`;
  await admin.post('/v1/channels', { id, name: `Channel ${id}`, address, ...more });
  return address;
}

/** Makes a group of these agents. */
export async function aGroup(admin: Colleague, id: string, agents: readonly Colleague[], more: object = {}) {
  await admin.post('/v1/groups', { id, title: `Group ${id}`, agents: agents.map((each) => each.id), ...more });
}
