import type { Notice } from '../../store/notices';
import type { Ports } from '../ports';

/** Puts a notice into the lists of these people, each once, and says so to whoever listens; who was told now. */
export async function tellStaff(
  { store }: Pick<Ports, 'store'>,
  users: readonly string[],
  notice: Omit<Notice, 'readAt'>,
): Promise<string[]> {
  const told = await store.notices.tell(users, notice);
  for (const agent of told) store.hints.tell({ about: 'notices', agent });
  return told;
}
