/** The store's public surface; document types are imported from the file of their collection. */
export { openStore, type Store, type StorePorts } from './open-store';
