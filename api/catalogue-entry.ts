/** What the catalogue says of one code: its HTTP status, a title, and what to do about it. */
export interface CatalogueEntry {
  status: number;
  title: string;
  /** Said when the place that refuses has nothing more exact to say. */
  detail: string;
  /** Seconds after which the same request may do better (RFC 9110, Retry-After). */
  retryAfterSeconds?: number;
}

/** One entry of the catalogue. */
export const entry = (status: number, title: string, detail: string, retryAfterSeconds?: number): CatalogueEntry => ({
  status,
  title,
  detail,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});
