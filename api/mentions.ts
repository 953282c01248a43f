import type { Enquiry } from '../store/enquiries';
import { ApiError } from './api-error';
import type { ApiPorts } from './ports';

/** Throws `not-visible-to` when one of them may not see the enquiry, or is unknown. */
export const mustSee = async (
  { store }: Pick<ApiPorts, 'store'>,
  enquiry: Enquiry,
  agents: readonly string[],
): Promise<void> => {
  const blind: string[] = [];
  for (const agent of new Set(agents)) {
    const rights = await store.rightsOf(agent);
    if (!rights?.sees(enquiry)) blind.push(agent);
  }
  if (blind.length > 0) throw new ApiError('not-visible-to', undefined, { agents: blind });
};
