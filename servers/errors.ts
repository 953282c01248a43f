/** No way of obtaining a server worked; the message names each way tried, why it failed, and what to install. */
export class NoServerAvailable extends Error {
  override readonly name = 'NoServerAvailable';
}

/** A server program was found but did not become healthy in time; the message carries its last words. */
export class ServerDidNotStart extends Error {
  override readonly name = 'ServerDidNotStart';
}

/** A port that belongs to this data folder is in use, most likely by another Ringpost on the same folder. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

/** The folder of everything that must survive cannot be made or written to. */
export class DataFolderUnusable extends Error {
  override readonly name = 'DataFolderUnusable';
}

/** A program we called (Go, Maven, javac, a download) ended badly; the message carries its last lines. */
export class ToolFailed extends Error {
  override readonly name = 'ToolFailed';
}
