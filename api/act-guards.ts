import type { Target } from '../flows/state';
import type { Enquiry } from '../store/enquiries';
import { notFound, wrongBody } from './api-error';
import type { Caller } from './caller';
import { refusal } from './enquiry-acts';
import type { Call } from './http/route';
import { agentOf } from './led-agent';
import type { ApiPorts } from './ports';
import { seenAct, type ActKind, type WantedAct } from './wanted-act';

/** Names the act a request asks for, on an enquiry the caller may see. Throws `not-found`. */
export const wantedAct = (
  ports: ApiPorts,
  { caller, params, key, body }: Call<'/{id}'>,
  kind: ActKind,
): Promise<WantedAct> => seenAct(ports, { caller, id: params.id, kind, key }, body);

/** Only the agent who has the enquiry writes to its contact. Throws `not-assigned`. */
export const mustHave = async (
  ports: ApiPorts,
  caller: Pick<Caller, 'id'>,
  { assignee }: Pick<Enquiry, 'assignee'>,
): Promise<void> => {
  if (assignee === caller.id) return;
  throw await refusal(ports, { ok: false, code: 'not-assigned', ...(assignee === null ? {} : { by: assignee }) });
};

/** Agents act on what they serve; supervisors and admins on what they may see. Throws `not-assigned`. */
export const mustServe = async (
  ports: ApiPorts,
  caller: Pick<Caller, 'id' | 'role'>,
  enquiry: Pick<Enquiry, 'assignee'>,
): Promise<void> => {
  if (caller.role === 'agent') await mustHave(ports, caller, enquiry);
};

/** Furthest a snooze may reach (a year in ms). */
const FURTHEST_SNOOZE_MS = 366 * 86_400_000;

/** Whether a snooze ends at a time to come, within a year. */
export const isAhead = ({ now }: Pick<ApiPorts, 'now'>, until: number): boolean => {
  const ahead = until - now().getTime();
  return ahead > 0 && ahead <= FURTHEST_SNOOZE_MS;
};

/** Throws `wrong-body` unless a snooze ends at a time to come, within a year. */
export const mustBeAhead = (ports: Pick<ApiPorts, 'now'>, until: number): void => {
  if (isAhead(ports, until)) return;
  throw wrongBody('/until', 'must be a time to come, at most a year ahead');
};

/**
 * Throws `not-found` for a group or agent that does not exist, and `wrong-body`, at this place of the body, for an agent who
 * is suspended or removed.
 */
export const mustExist = async (ports: Pick<ApiPorts, 'store'>, to: Target, where: string): Promise<void> => {
  if ('group' in to && !(await ports.store.groups.get(to.group))) throw notFound('group', to.group);
  if (!('agent' in to)) return;
  const { suspended } = await agentOf(ports, to.agent);
  if (suspended) throw wrongBody(where, 'serves nobody: he is suspended or removed');
};

/** Where a transfer goes: a tag stands for the group that has it. Throws `not-found`. */
export async function destinationOf({ store }: Pick<ApiPorts, 'store'>, to: Target | { tag: string }): Promise<Target> {
  if (!('tag' in to)) return to;
  const group = (await store.groups.list()).find(({ tags }) => tags?.includes(to.tag));
  if (!group) throw notFound('group with the tag', to.tag);
  return { group: group._id };
}
