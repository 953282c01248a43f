import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreTool;

/**
 * The embedded database: mongo-java-server on one H2 MVStore file, made safe to kill at any moment.
 *
 * <p>H2 alone commits about once a second and never forces the file. Here no answer leaves before what it tells, or
 * what it may have seen, is committed (and, unless told otherwise, forced to the disk).
 *
 * <p>Arguments: {@code --file=PATH --port=N --fsync=on|off}. Prints {@code READY} when it listens. Ends when its
 * standard input closes, so that it never outlives the process that started it.
 */
public final class RingpostDatabase {
  /** Commands that change nothing; every other command counts as a write. */
  private static final Set<String> READS =
      Set.of(
          "hello", "ismaster", "isMaster", "ping", "buildInfo", "buildinfo", "find", "getMore", "count", "distinct",
          "listCollections", "listDatabases", "listIndexes", "killCursors", "endSessions", "serverStatus", "dbStats",
          "collStats", "connectionStatus", "getParameter", "whatsmyuri", "getLog");

  private static final Set<String> ON_ONE_COLLECTION =
      Set.of("find", "getMore", "count", "distinct", "aggregate", "insert", "update", "delete", "findAndModify");

  /** Stages by which an aggregation reads or writes more than the collection it names. */
  private static final Pattern OTHER_COLLECTIONS = Pattern.compile("\\$(out|merge|lookup|graphLookup|unionWith)\\b");

  private static final int IDLE_COMPACT_BYTES = 8 * 1024 * 1024;
  private static final int TARGET_FILL_PERCENT = 70;
  private static final int LEAST_FILL_PERCENT = 30;
  private static final int QUIET_WRITES = 200;
  private static final long COMPACT_AT_START_FROM_BYTES = 16L * 1024 * 1024;

  private RingpostDatabase() {}

  public static void main(String[] arguments) throws Exception {
    List<String> given = Arrays.asList(arguments);
    Path file = Path.of(option(given, "--file"));
    int port = Integer.parseInt(option(given, "--port"));
    boolean fsync = !"off".equals(option(given, "--fsync"));

    compactAtStart(file);
    MVStore store = open(file);
    H2Backend backend = new IdFirstBackend(store);
    backend.version(new WireVersion21());
    Committer committer = new Committer(store, fsync);
    MongoServer server = new MongoServer(committer.wrap(backend));
    server.bind("127.0.0.1", port);
    committer.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server, committer)));
    System.out.println("READY " + port);
    awaitEndOfInput();
    System.exit(0);
  }

  private static String option(List<String> arguments, String name) {
    return arguments.stream()
        .filter(argument -> argument.startsWith(name + "="))
        .map(argument -> argument.substring(name.length() + 1))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
  }

  /** Auto-commit is off in both its forms (time and memory): a commit in the middle of an operation could tear it. */
  private static MVStore open(Path file) {
    return new MVStore.Builder()
        .fileName(file.toString())
        .autoCommitDisabled()
        .autoCommitBufferSize(0)
        .cacheSize(64)
        .compress()
        .open();
  }

  /** Copies the live data to a new file and takes its place in one rename; a kill leaves one of the two whole. */
  private static void compactAtStart(Path file) throws IOException {
    Path copy = file.resolveSibling(file.getFileName() + ".compact");
    Files.deleteIfExists(copy);
    if (!Files.exists(file) || Files.size(file) < COMPACT_AT_START_FROM_BYTES) {
      return;
    }
    long before = Files.size(file);
    try (MVStore store = open(file)) {
      if (store.getFileStore().getChunksFillRate() >= TARGET_FILL_PERCENT) {
        return;
      }
    }
    MVStoreTool.compact(file.toString(), copy.toString(), true);
    force(copy, StandardOpenOption.WRITE);
    Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(file.toAbsolutePath().getParent(), StandardOpenOption.READ);
    System.out.println("compacted " + before + " to " + Files.size(file) + " bytes");
  }

  private static void force(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }

  private static void awaitEndOfInput() throws IOException {
    byte[] ignored = new byte[256];
    while (System.in.read(ignored) >= 0) {
      // Nothing is ever said on this pipe; only its end counts.
    }
  }

  private static void close(MongoServer server, Committer committer) {
    server.stopListening();
    committer.finish();
  }

  /**
   * Finds documents by {@code _id} also when the query says more. mongo-java-server takes its index only for a query of
   * {@code _id} and nothing else; every compare-and-set would scan its collection.
   */
  private static final class IdFirstBackend extends H2Backend {
    IdFirstBackend(MVStore store) {
      super(store);
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String name) {
      return new IdFirstDatabase(name);
    }

    /** An inner class, because the constructor above it opens collections before fields of our own could be set. */
    private final class IdFirstDatabase extends H2Database {
      IdFirstDatabase(String name) {
        super(name, getMvStore(), getCursorRegistry());
      }

      @Override
      protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
        String full = getDatabaseName() + "." + name;
        MVMap<Object, Document> data = getMvStore().openMap("databases." + full);
        MVMap<String, Object> meta = getMvStore().openMap("meta." + full);
        return new IdFirstCollection(this, name, options, data, meta, getCursorRegistry());
      }
    }
  }

  private static final class IdFirstCollection extends H2Collection {
    private final MVMap<Object, Document> data;

    IdFirstCollection(
        MongoDatabase database,
        String name,
        CollectionOptions options,
        MVMap<Object, Document> data,
        MVMap<String, Object> meta,
        CursorRegistry cursors) {
      super(database, name, options, data, meta, cursors);
      this.data = data;
    }

    @Override
    protected QueryResult matchDocuments(
        Document query, Document orderBy, int skip, int limit, int batchSize, Document fields) {
      List<?> ids = idsAsked(query);
      if (ids == null) {
        return super.matchDocuments(query, orderBy, skip, limit, batchSize, fields);
      }
      Stream<Document> found = ids.stream().distinct().map(data::get).filter(Objects::nonNull);
      return matchDocumentsFromStream(found, query, orderBy, skip, limit, batchSize, fields);
    }

    /** The ids a query is bound to, when they are strings as all of ours are; null when it may find any document. */
    private static List<?> idsAsked(Document query) {
      Object id = query.get("_id");
      if (id instanceof Document && ((Document) id).keySet().equals(Set.of("$in"))) {
        id = ((Document) id).get("$in");
      }
      List<?> ids = id instanceof String ? List.of(id) : id instanceof List ? (List<?>) id : null;
      return ids != null && ids.stream().allMatch(String.class::isInstance) ? ids : null;
    }
  }

  /** mongoose 9's driver refuses servers below wire version 9; 21 is MongoDB 7.0. */
  private static final class WireVersion21 implements MongoVersion {
    @Override
    public List<Integer> getVersionArray() {
      return List.of(7, 0, 0);
    }

    @Override
    public int getWireVersion() {
      return 21;
    }
  }

  /** What a request touches: one collection, or (alone) perhaps all of them, or nothing that others change. */
  private static final class Operation {
    final String collection;
    final boolean mayWrite;
    final boolean alone;

    private Operation(String collection, boolean mayWrite, boolean alone) {
      this.collection = collection;
      this.mayWrite = mayWrite;
      this.alone = alone;
    }

    static Operation of(Method method, Object[] arguments) {
      if ("handleQuery".equals(method.getName())) {
        return new Operation(null, false, true);
      }
      if (!"handleMessage".equals(method.getName())) {
        boolean reads = READS.contains((String) arguments[2]);
        return new Operation(null, !reads, !reads);
      }
      Document body = ((MongoMessage) arguments[0]).getDocument();
      String command = body.keySet().iterator().next();
      Object named = body.get("getMore".equals(command) ? "collection" : command);
      boolean reads = READS.contains(command) || "aggregate".equals(command);
      if ("aggregate".equals(command) && OTHER_COLLECTIONS.matcher(String.valueOf(body.get("pipeline"))).find()) {
        return new Operation(null, true, true);
      }
      return ON_ONE_COLLECTION.contains(command) && named instanceof String
          ? new Operation(body.get("$db") + "." + named, !reads, false)
          : new Operation(null, !reads, !reads);
    }
  }

  /**
   * Group commit. An operation holds the read lock (and its collection's lock) while it works and takes the number of the last write begun;
   * one of those who wait takes the write lock (so no operation is half done), commits, forces the file, and lets every answer go
   * whose number is covered.
   */
  private static final class Committer {
    private final MVStore store;
    private final boolean fsync;
    private final ReentrantReadWriteLock working = new ReentrantReadWriteLock();
    private final AtomicLong begun = new AtomicLong();
    private final ReentrantLock gate = new ReentrantLock();
    private final Condition done = gate.newCondition();
    private final Map<String, ReadWriteLock> collections = new ConcurrentHashMap<>();
    private final CountDownLatch idle = new CountDownLatch(1);
    private long committed;
    private boolean committing;

    Committer(MVStore store, boolean fsync) {
      this.store = store;
      this.fsync = fsync;
    }

    void start() {
      Thread thread = new Thread(this::compactWhenIdle, "compact when idle");
      thread.setDaemon(true);
      thread.start();
    }

    MongoBackend wrap(MongoBackend backend) {
      InvocationHandler handler = (proxy, method, arguments) -> handle(backend, method, arguments);
      return (MongoBackend)
          Proxy.newProxyInstance(
              MongoBackend.class.getClassLoader(), new Class<?>[] {MongoBackend.class}, handler);
    }

    private Object handle(MongoBackend backend, Method method, Object[] arguments) throws Throwable {
      if (!method.getName().startsWith("handle") || "handleClose".equals(method.getName())) {
        return invoke(backend, method, arguments);
      }
      Operation operation = Operation.of(method, arguments);
      Lock[] locks = locksFor(operation);
      long mine = 0;
      for (Lock lock : locks) {
        lock.lock();
      }
      try {
        if (operation.mayWrite) {
          begun.incrementAndGet();
        }
        Object answer = invoke(backend, method, arguments);
        return answer instanceof Document && operation.collection != null ? ((Document) answer).cloneDeeply() : answer;
      } finally {
        mine = begun.get();
        for (int at = locks.length - 1; at >= 0; at--) {
          locks[at].unlock();
        }
        await(mine);
      }
    }

    /**
     * Answers of mongo-java-server hold the stored documents themselves, which a later update changes in place. So an
     * answer is copied before anybody may write to its collection again; else a reader gets half of each state.
     */
    private Lock[] locksFor(Operation operation) {
      if (operation.collection == null) {
        return new Lock[] {operation.alone ? working.writeLock() : working.readLock()};
      }
      ReadWriteLock own = collections.computeIfAbsent(operation.collection, name -> new ReentrantReadWriteLock());
      return new Lock[] {working.readLock(), operation.mayWrite ? own.writeLock() : own.readLock()};
    }

    private static Object invoke(MongoBackend backend, Method method, Object[] arguments) throws Throwable {
      try {
        return method.invoke(backend, arguments);
      } catch (InvocationTargetException failed) {
        throw failed.getCause();
      }
    }

    /** Returns when write number {@code number} is committed. Whoever finds nobody at it commits, for all who wait. */
    private void await(long number) {
      gate.lock();
      try {
        while (committed < number) {
          if (committing) {
            done.awaitUninterruptibly();
          } else {
            commit();
          }
        }
      } finally {
        gate.unlock();
      }
    }

    /** Called with the gate held, which is open to others while this works. */
    private void commit() {
      committing = true;
      gate.unlock();
      long covered = 0;
      try {
        covered = store(() -> store.commit());
      } catch (Throwable failed) {
        endBecause(failed);
      } finally {
        gate.lock();
        committing = false;
        committed = Math.max(committed, covered);
        done.signalAll();
      }
    }

    /** Saves with no operation half done, forces the file, and tells up to which write all is safe now. */
    private long store(Runnable save) {
      long covered;
      working.writeLock().lock();
      try {
        covered = begun.get();
        save.run();
      } finally {
        working.writeLock().unlock();
      }
      if (fsync) {
        store.sync();
      }
      return covered;
    }

    private static void endBecause(Throwable failed) {
      System.err.println("The commit failed, so this database ends rather than answer untruly: " + failed);
      Runtime.getRuntime().halt(70);
    }

    /**
     * Rewrites a few sparse chunks every two seconds, in busy times only when very sparse. Freed space is used again only after H2's
     * retention time (45 s), so a crash finds the last forced state whole.
     */
    private void compactWhenIdle() {
      long seen = 0;
      try {
        while (!idle.await(2, TimeUnit.SECONDS)) {
          long now = begun.get();
          int wanted = now - seen <= QUIET_WRITES ? TARGET_FILL_PERCENT : LEAST_FILL_PERCENT;
          if (store.getFileStore().getChunksFillRate() < wanted) {
            store(this::compactALittle);
          }
          seen = now;
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      } catch (Throwable failed) {
        endBecause(failed);
      }
    }

    private void compactALittle() {
      store.compact(TARGET_FILL_PERCENT, IDLE_COMPACT_BYTES);
      store.commit();
    }

    /** Commits what is left and closes the file. */
    void finish() {
      idle.countDown();
      store(() -> store.commit());
      store.close();
    }
  }
}
