/**
 * What can go wrong in the store that a caller can act on. Messages name ids and codes only, never content:
 * they may end up in Temporal's history.
 */

/** The database cannot be reached or does not answer in time; try later (451, 503). Nothing is known of the write. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway';
  constructor(cause?: unknown) {
    super('The database cannot be reached. See that it runs and that MONGODB_URI is right.', { cause });
  }
}

/** Something else is stored under this id already; `id` says which document. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
  readonly id: string;
  constructor(id: string) {
    super(`${id} exists already with other content`);
    this.id = id;
  }
}

/** An effect of an enquiry was done before as something else; the enquiry must be parked, never skipped (design 3). */
export class EffectDiffers extends Error {
  override readonly name = 'EffectDiffers';
  readonly id: string;
  constructor(id: string) {
    super(`effect ${id} was done before with another digest`);
    this.id = id;
  }
}

/** No room left on the disk of the data folder; nothing half written remains. Answered with 452. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull';
  constructor(cause?: unknown) {
    super('The disk of the data folder is full. Free some space; waiting mail is taken as soon as there is room.', {
      cause,
    });
  }
}

/** Raw mail or attachment that a document names is not in the data folder, or no longer what it was. */
export class BlobMissing extends Error {
  override readonly name = 'BlobMissing';
  readonly sha256: string;
  constructor(sha256: string) {
    super(
      `The file blobs/${sha256.slice(0, 2)}/${sha256} of the data folder is missing or damaged. Put it back from a backup.`,
    );
    this.sha256 = sha256;
  }
}

/** A sealed secret cannot be opened, or the data was made with another key. */
export class WrongSecretKey extends Error {
  override readonly name = 'WrongSecretKey';
  constructor() {
    super('The secret key does not fit this data. Put back the key file of the data folder, or RINGPOST_SECRET_KEY.');
  }
}

/** The database was written by a newer release than this one. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';
  constructor(found: number, known: number) {
    super(`The database has schema ${found}, this release knows ${known}. Start the newer release again.`);
  }
}
