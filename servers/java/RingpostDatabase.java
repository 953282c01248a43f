import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
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

  private static final int IDLE_COMPACT_BYTES = 8 * 1024 * 1024;
  private static final int TARGET_FILL_PERCENT = 70;
  private static final long COMPACT_AT_START_FROM_BYTES = 16L * 1024 * 1024;

  private RingpostDatabase() {}

  public static void main(String[] arguments) throws Exception {
    List<String> given = Arrays.asList(arguments);
    Path file = Path.of(option(given, "--file"));
    int port = Integer.parseInt(option(given, "--port"));
    boolean fsync = !"off".equals(option(given, "--fsync"));

    compactAtStart(file);
    MVStore store = open(file);
    H2Backend backend = new H2Backend(store);
    backend.version(new WireVersion21());
    Committer committer = new Committer(store, fsync);
    MongoServer server = new MongoServer(committer.wrap(backend));
    server.bind("127.0.0.1", port);
    committer.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server, committer, store)));
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

  private static void close(MongoServer server, Committer committer, MVStore store) {
    server.stopListening();
    committer.finish();
    store.close();
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

  /**
   * Group commit. An operation holds the read lock while it works and takes the number of the last write begun; one
   * thread takes the write lock (so no operation is half done), commits, forces the file, and lets every answer go
   * whose number is covered.
   */
  private static final class Committer {
    private final MVStore store;
    private final boolean fsync;
    private final ReentrantReadWriteLock working = new ReentrantReadWriteLock();
    private final AtomicLong begun = new AtomicLong();
    private final ReentrantLock gate = new ReentrantLock();
    private final Condition wanted = gate.newCondition();
    private final Condition done = gate.newCondition();
    private long committed;
    private boolean finishing;
    private Thread thread;

    Committer(MVStore store, boolean fsync) {
      this.store = store;
      this.fsync = fsync;
    }

    void start() {
      thread = new Thread(this::run, "committer");
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
      long mine;
      working.readLock().lock();
      try {
        if (mayWrite(method, arguments)) {
          begun.incrementAndGet();
        }
        return invoke(backend, method, arguments);
      } finally {
        mine = begun.get();
        working.readLock().unlock();
        await(mine);
      }
    }

    private static Object invoke(MongoBackend backend, Method method, Object[] arguments) throws Throwable {
      try {
        return method.invoke(backend, arguments);
      } catch (InvocationTargetException failed) {
        throw failed.getCause();
      }
    }

    private static boolean mayWrite(Method method, Object[] arguments) {
      if ("handleQuery".equals(method.getName())) {
        return false;
      }
      if (!"handleMessage".equals(method.getName())) {
        return !READS.contains((String) arguments[2]);
      }
      Document body = ((MongoMessage) arguments[0]).getDocument();
      String command = body.keySet().iterator().next();
      if ("aggregate".equals(command)) {
        String pipeline = String.valueOf(body.get("pipeline"));
        return pipeline.contains("$out") || pipeline.contains("$merge");
      }
      return !READS.contains(command);
    }

    private void await(long number) {
      gate.lock();
      try {
        while (committed < number) {
          wanted.signal();
          done.awaitUninterruptibly();
        }
      } finally {
        gate.unlock();
      }
    }

    private void run() {
      try {
        while (awaitWork()) {
          commit();
        }
      } catch (Throwable failed) {
        System.err.println("The commit failed, so this database ends rather than answer untruly: " + failed);
        failed.printStackTrace();
        Runtime.getRuntime().halt(70);
      }
    }

    /** Waits for a write to commit; while nothing comes, compacts a little every two seconds. */
    private boolean awaitWork() throws InterruptedException {
      gate.lock();
      try {
        while (!finishing && committed >= begun.get()) {
          if (!wanted.await(2, TimeUnit.SECONDS) && committed >= begun.get() && !finishing) {
            gate.unlock();
            try {
              compactALittle();
            } finally {
              gate.lock();
            }
          }
        }
        return !finishing || committed < begun.get();
      } finally {
        gate.unlock();
      }
    }

    private void commit() {
      long covered;
      working.writeLock().lock();
      try {
        covered = begun.get();
        store.commit();
      } finally {
        working.writeLock().unlock();
      }
      if (fsync) {
        store.sync();
      }
      gate.lock();
      try {
        committed = covered;
        done.signalAll();
      } finally {
        gate.unlock();
      }
    }

    /** Freed space may be used again after H2's retention time (45 s), so a crash finds the last forced state whole. */
    private void compactALittle() {
      working.writeLock().lock();
      try {
        if (store.getFileStore().getChunksFillRate() < TARGET_FILL_PERCENT) {
          store.compact(TARGET_FILL_PERCENT, IDLE_COMPACT_BYTES);
          store.commit();
        }
      } finally {
        working.writeLock().unlock();
      }
      if (fsync) {
        store.sync();
      }
    }

    void finish() {
      gate.lock();
      try {
        finishing = true;
        wanted.signal();
      } finally {
        gate.unlock();
      }
      try {
        thread.join(TimeUnit.SECONDS.toMillis(10));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
