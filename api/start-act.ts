import type { ActOutcome } from '../flows/state';
import type { ApiPorts } from './ports';
import type { WantedAct } from './wanted-act';

type Workflows = ApiPorts['workflows'];

/** Does an act by a run that is started for it, be the enquiry closed. */
export const startedFor =
  ({ workflows }: Pick<ApiPorts, 'workflows'>, { enquiry, act, caller }: WantedAct) =>
  (
    what: Parameters<Workflows['actWithStart']>[1],
    more: Omit<Parameters<Workflows['actWithStart']>[2], 'act' | 'agent'> = {},
  ): Promise<ActOutcome> =>
    workflows.actWithStart(enquiry._id, what, { act, agent: caller.id, ...more });
