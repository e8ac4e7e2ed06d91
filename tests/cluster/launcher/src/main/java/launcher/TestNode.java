package launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/**
 * One OpenSearch node of a test, with its modules on the class path instead of in folders of plugins.
 *
 * <pre>java -cp ... launcher.TestNode HOME setting=value ...</pre>
 *
 * HOME holds the data. The node lives as long as its standard input is open, so that none outlives the tests.
 */
public final class TestNode extends Node {
    private TestNode(Environment environment) {
        super(environment, List.of(Netty4Plugin.class, CommonAnalysisPlugin.class), true);
    }

    public static void main(String[] arguments) throws Exception {
        Path config = Files.createDirectories(Path.of(arguments[0]).resolve("config"));
        Map<String, String> settings = new HashMap<>(Map.of("path.home", arguments[0]));
        for (String argument : List.of(arguments).subList(1, arguments.length)) {
            int sign = argument.indexOf('=');
            settings.put(argument.substring(0, sign), argument.substring(sign + 1));
        }
        String name = settings.get("node.name");
        LogConfigurator.setNodeName(name);
        LogConfigurator.configureWithoutConfig(Settings.builder().put("logger.level", "WARN").build());
        TestNode node = new TestNode(InternalSettingsPreparer.prepareEnvironment(Settings.EMPTY, settings, config, () -> name));
        node.start();
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
        node.close();
        System.exit(0);
    }
}
