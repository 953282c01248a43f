import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MessageHeader;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * Makes a backend safe to kill at any moment. A write goes into the journal while it holds its collection, and no answer
 * leaves before every write that it tells of, or may have seen, is safe there. Every few seconds, between two
 * operations, all goes into the store in one commit, with the number of the last write in it; journals before are then
 * deleted. A start does the writes of the journal again that the store does not have.
 */
final class JournaledBackend {
  private static final String NUMBERS = "ringpost-journal";
  private static final String APPLIED = "applied";
  private static final long CHECKPOINT_BYTES = 8L * 1024 * 1024;
  private static final long CHECKPOINT_EVERY_MS = 5_000;
  private static final long LOOK_EVERY_MS = 250;
  private static final int COMPACT_BYTES = 1024 * 1024;
  private static final int TARGET_FILL_PERCENT = 70;
  private static final int LEAST_FILL_PERCENT = 30;

  private final MVStore store;
  private final MongoBackend backend;
  private final boolean fsync;
  private final Journal journal;
  private final MVMap<String, Long> numbers;
  private final ReentrantReadWriteLock working = new ReentrantReadWriteLock();
  private final Map<String, ReadWriteLock> collections = new ConcurrentHashMap<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile long applied;

  JournaledBackend(MVStore store, MongoBackend backend, Path folder, boolean fsync) {
    this.store = store;
    this.backend = backend;
    this.fsync = fsync;
    this.journal = new Journal(folder, fsync);
    this.numbers = store.openMap(NUMBERS);
  }

  /** Does again what only the journal knows, and gives the backend to serve clients with. */
  MongoBackend open() throws IOException {
    applied = numbers.getOrDefault(APPLIED, 0L);
    EmbeddedChannel channel = new EmbeddedChannel();
    journal.open(applied, entry -> doAgain(channel, DocumentType.decode(entry)));
    checkpoint();
    Thread keeper = new Thread(this::keep, "checkpoints");
    keeper.setDaemon(true);
    keeper.start();
    return (MongoBackend)
        Proxy.newProxyInstance(
            MongoBackend.class.getClassLoader(),
            new Class<?>[] {MongoBackend.class},
            (proxy, method, arguments) -> handle(method, arguments));
  }

  /** What was refused then is refused again: the same writes in the same order meet the same documents. */
  private void doAgain(EmbeddedChannel channel, Document command) {
    try {
      backend.handleMessage(new MongoMessage(channel, new MessageHeader(0, 0), command));
    } catch (RuntimeException refused) {
      // Its client was told.
    }
  }

  private Object handle(Method method, Object[] arguments) throws Throwable {
    if (!method.getName().startsWith("handle") || "handleClose".equals(method.getName())) {
      return invoke(method, arguments);
    }
    Operation operation = Operation.of(method, arguments);
    byte[] entry = operation.journaled ? DocumentType.encode(operation.command) : null;
    if (operation.mayWrite && (entry == null || entry.length > DocumentType.LARGEST_BYTES)) {
      return handleAlone(method, arguments);
    }
    Lock[] locks = locksFor(operation);
    long seen = 0;
    for (Lock lock : locks) {
      lock.lock();
    }
    try {
      try {
        return copied(invoke(method, arguments));
      } finally {
        // Also what failed, for it may have done a part.
        seen = entry == null ? journal.appended() : journal.append(entry);
      }
    } finally {
      for (int at = locks.length - 1; at >= 0; at--) {
        locks[at].unlock();
      }
      makeSafe(seen);
    }
  }

  /** What is not journalled is in the store before anybody sees it. */
  private synchronized Object handleAlone(Method method, Object[] arguments) throws Throwable {
    working.writeLock().lock();
    try {
      try {
        return copied(invoke(method, arguments));
      } finally {
        checkpointOrEnd();
      }
    } finally {
      working.writeLock().unlock();
    }
  }

  private void checkpointOrEnd() {
    try {
      checkpoint();
    } catch (Throwable failed) {
      endBecause(failed);
    }
  }

  /**
   * Answers of mongo-java-server hold the stored documents themselves, which a later update changes in place. So an
   * answer is copied before anybody may write to its collection again; else a reader gets half of each state.
   */
  private static Object copied(Object answer) {
    return answer instanceof Document ? ((Document) answer).cloneDeeply() : answer;
  }

  private void makeSafe(long seen) {
    try {
      journal.await(seen);
    } catch (Throwable failed) {
      endBecause(failed);
    }
  }

  private Lock[] locksFor(Operation operation) {
    if (operation.collection == null) {
      return new Lock[] {operation.alone ? working.writeLock() : working.readLock()};
    }
    ReadWriteLock own = collections.computeIfAbsent(operation.collection, name -> new ReentrantReadWriteLock());
    return new Lock[] {working.readLock(), operation.mayWrite ? own.writeLock() : own.readLock()};
  }

  private Object invoke(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(backend, arguments);
    } catch (InvocationTargetException failed) {
      throw failed.getCause();
    }
  }

  /** All into the store, while no operation is half done; then the journals before are no longer needed. */
  private void checkpoint() throws IOException {
    checkpoint(0);
  }

  /**
   * Rewrites also a few chunks of the file when it is fuller of dead than of living documents. Freed space is used again
   * only after H2's retention time (45 s), so a crash finds the last forced state whole.
   */
  private synchronized void checkpoint(int compactBelowPercent) throws IOException {
    if (store.isClosed() || isAllSaved(compactBelowPercent)) {
      return;
    }
    List<Path> before;
    working.writeLock().lock();
    try {
      before = journal.rotate();
      applied = journal.appended();
      numbers.put(APPLIED, applied);
      store.commit();
      if (store.getFileStore().getChunksFillRate() < compactBelowPercent) {
        store.compact(TARGET_FILL_PERCENT, COMPACT_BYTES);
        store.commit();
      }
    } finally {
      working.writeLock().unlock();
    }
    if (fsync) {
      store.sync();
    }
    for (Path path : before) {
      Files.deleteIfExists(path);
    }
  }

  /** Most commands that are done alone change nothing: at every start each index is asked for, and is there. */
  private boolean isAllSaved(int compactBelowPercent) {
    return journal.appended() == applied
        && !store.hasUnsavedChanges()
        && store.getFileStore().getChunksFillRate() >= compactBelowPercent;
  }

  private void keep() {
    long last = System.nanoTime();
    try {
      while (!ended.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)) {
        boolean time = System.nanoTime() - last >= TimeUnit.MILLISECONDS.toNanos(CHECKPOINT_EVERY_MS);
        boolean idle = journal.appended() == applied;
        if (store.isClosed()) {
          return;
        }
        boolean sparse = store.getFileStore().getChunksFillRate() < TARGET_FILL_PERCENT;
        if (journal.bytes() >= CHECKPOINT_BYTES || (time && (sparse || !idle))) {
          checkpoint(idle ? TARGET_FILL_PERCENT : LEAST_FILL_PERCENT);
          last = System.nanoTime();
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (Throwable failed) {
      endBecause(failed);
    }
  }

  /** Commits what is left and closes the file; whoever comes later waits for ever and gets no answer. */
  synchronized void finish() {
    ended.countDown();
    working.writeLock().lock();
    checkpointOrEnd();
    store.close();
  }

  private static void endBecause(Throwable failed) {
    System.err.println("A write could not be made safe, so this database ends rather than answer untruly: " + failed);
    Runtime.getRuntime().halt(70);
  }
}
