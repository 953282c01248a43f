import type { LineEntry } from '../../store/lines';
import { decisionOf } from './decision';

/** Id of the decision by which the line offers an entry. */
export const decisionIdOf = ({ _id, seq }: Pick<LineEntry, '_id' | 'seq'>): string => `${decisionOf(_id, seq)}:line`;

/** Name of the offer the line makes of an entry. */
export const offerOf = ({ _id, seq }: Pick<LineEntry, '_id' | 'seq'>): string => `${_id}.${seq}l`;

/** The entry an offer was made of; null for an offer that no line made. */
export function entryOf(offer: string): Pick<LineEntry, '_id' | 'seq'> | null {
  const [, _id = '', seq = ''] = /^(.+)\.(\d+)l$/.exec(offer) ?? [];
  return _id === '' ? null : { _id, seq: Number(seq) };
}
