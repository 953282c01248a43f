import { shortDigest } from '../../store/short-digest';

/** Id of the enquiry that a delivery starts: the same by whomever and however often it is settled; 20 of [a-z2-7]. */
export function enquiryIdOf(ledgerId: string): string {
  return `e${shortDigest(`enquiry|${ledgerId}`)}`;
}

/** Id of the message a delivery becomes. `round` counts releases: a released mail is kept anew, the old stays where it is. */
export function keptMessageIdOf(ledgerId: string, round: number): string {
  return `m${shortDigest(`message|${ledgerId}|${round}`)}`;
}
