/** Nobody took an enquiry: since when, and who took it at last; moments in milliseconds since the epoch. */
export interface Missed {
  since: number;
  followedUp: { by: string; at: number } | null;
}
