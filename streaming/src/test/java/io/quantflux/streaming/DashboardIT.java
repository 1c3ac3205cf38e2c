// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.Activation;
import io.quantflux.avro.EventCodec;
import io.quantflux.avro.QParamsCodec;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.avro.TensorEvent;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.TensorStatistics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page in a real browser, on a real processor and broker. */
class DashboardIT {
    private static final String TOKEN = "a-token-for-this-test";
    private static final List<TensorId> IDS =
            IntStream.range(0, 6).mapToObj(i -> new TensorId("run/layer" + i)).toList();

    @TempDir
    Path directory;

    private Browser browser;
    private TestCluster cluster;
    private @Nullable Processor processor;
    private Oracle oracle;

    @BeforeEach
    void open() {
        browser = Browser.open(directory);
        browser.size(1280, 800);
        cluster = TestCluster.withTopics();
        oracle = new Oracle(cluster);
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.close();
        }
        if (processor != null) {
            processor.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private String start(Map<String, ?> more) throws InterruptedException {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("http.port", 0);
        Processor started = cluster.start(settings);
        processor = started;
        return started.httpAddress().orElseThrow() + "/";
    }

    private String startWithToken() throws Exception {
        Path file = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        return start(Map.of("http.control.token.file", file.toString()));
    }

    @Test
    void theNumbersOnThePageAreThoseOfTheQparamsTopic() throws Exception {
        String page = start(Map.of());
        oracle.feed(IDS, 0, 30);
        oracle.awaitOutputs();
        browser.go(page);
        browser.untilText("#list-count", "6 tensors");
        for (TensorId id : List.of(IDS.get(0), IDS.get(5))) {
            browser.until(".row-name[title='" + id + "']", WebElement::isDisplayed)
                    .click();
            browser.untilText(".detail .seen", "step 29");
            QParamsUpdate newest = newest(id);
            TensorStatistics statistics = requireNonNull(newest.statistics());
            QParams qparams = requireNonNull(newest.qparams());
            browser.until(
                    ".figure:nth-child(8) dd[data-value='" + newest.observations() + "']", WebElement::isDisplayed);
            assertThat(value(2)).isEqualTo(qparams.scale().get(0));
            assertThat(value(3)).isEqualTo(requireNonNull(qparams.zeroPoint()).get(0));
            assertThat(Float.parseFloat(attribute(4, "data-min")))
                    .isEqualTo(requireNonNull(newest.runningMin()).get(0));
            assertThat(Float.parseFloat(attribute(4, "data-max")))
                    .isEqualTo(requireNonNull(newest.runningMax()).get(0));
            assertThat(value(5)).isEqualTo((float) statistics.clipped());
            assertThat(value(6)).isEqualTo((float) statistics.underflowed());
            assertThat(Double.parseDouble(attribute(1, "data-value"))).isEqualTo(statistics.sqnrDecibels());
        }
        browser.screenshot("tensors-1280-light");
        assertThat(browser.problems()).isEmpty();
    }

    private QParamsUpdate newest(TensorId id) {
        return cluster.readAll(cluster.topics.qparams()).stream()
                .filter(record -> TestCluster.key(record).equals(id.value()))
                .map(record -> QParamsCodec.decode(record.value()))
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    private long pushes() {
        return (Long) requireNonNull(browser.run("return window.quantfluxConnection.pushes"));
    }

    private float value(int figure) {
        return Float.parseFloat(attribute(figure, "data-value"));
    }

    private String attribute(int figure, String name) {
        return requireNonNull(browser.driver
                .findElement(By.cssSelector(".figure:nth-child(" + figure + ") dd"))
                .getAttribute(name));
    }

    @Test
    void valuesChannelsAndTheFirstNaNAreShownAlsoToWhoeverComesLate() throws Exception {
        String page = start(Map.of());
        QuantizationSpec perChannel = QuantizationSpec.builder()
                .granularity(new Granularity.PerChannel(0))
                .build();
        for (int step = 0; step < 5; step++) {
            float[] values = new float[6 * 32];
            for (int i = 0; i < values.length; i++) {
                int channel = i / 32;
                values[i] = channel == 2 ? 0 : (channel == 4 ? 20 : 1) * (float) Math.sin(i + step);
            }
            if (step == 3) {
                values[37] = Float.NaN;
            }
            cluster.post(
                    IDS.get(0),
                    new Activation(
                            step,
                            Tensor.of(Shape.of(6, 32), values),
                            perChannel,
                            QuantizationTarget.ACTIVATION,
                            "test",
                            step));
        }
        cluster.flush();
        cluster.read(cluster.topics.fakeQuantized(), 5);
        browser.go(page + "#/tensors/" + IDS.get(0));
        browser.untilText(".detail .seen", "step 4");
        browser.untilText(".detail .charts", "Channels side by side");
        browser.untilText(".detail .charts", "Dead: 2. Outliers, 4 times the median or more: 4.");
        browser.untilText(".detail .charts", "Before and after");
        browser.untilText(".detail .charts", "sampled values. Shaded: representable");
        browser.untilText(".figure.alarming", "first: step 3, element 37");
        browser.screenshot("tensor-per-channel-1280-light");
        assertThat(browser.problems()).isEmpty();
    }

    @Test
    void aClickedCommandShowsItsOutcomeAndTheSwitchesShowItsStep() throws Exception {
        String page = startWithToken();
        oracle.feed(IDS, 0, 5);
        oracle.awaitOutputs();
        browser.go(page + "#/tensors/run/layer0");
        browser.untilText(".control", "Read-only until you paste");

        WebElement token = browser.until(".control input[type=password]", WebElement::isDisplayed);
        token.sendKeys("some-other-wrong-token", Keys.ENTER);
        browser.untilText(".control .problem", "the control token is not right");
        token.sendKeys(Keys.chord(Keys.CONTROL, "a"), TOKEN, Keys.ENTER);
        browser.until("[data-command='set_export_mode:on']", WebElement::isDisplayed)
                .click();
        browser.untilText(".control .outcome", "applied to 1 tensor");
        browser.until(".switch[data-on=true]", element -> element.getText().equals("Export mode on"));

        browser.driver
                .findElement(By.cssSelector(".control input[type=number]"))
                .sendKeys("7");
        browser.driver
                .findElement(By.cssSelector("[data-command='set_export_mode:off']"))
                .click();
        browser.untilText(".pending", "At step 7");
        oracle.feed(List.of(IDS.get(0)), 5, 9);
        browser.untilText(".control .outcome", "applied to 1 tensor at step 7");
        browser.untilText(".changes li", "step 7");
        browser.screenshot("tensor-commanded-1280-light");

        browser.go(page + "#/commands");
        browser.until(".audit tbody tr:nth-child(2) .outcome[data-kind=good]", WebElement::isDisplayed);
        assertThat(browser.driver.findElements(By.cssSelector(".audit tbody tr")))
                .hasSize(2);
        browser.screenshot("commands-1280-light");
        assertThat(commands()).extracting(TensorEvent::actor).containsOnly("dashboard");
        assertThat(browser.problems("401")).isEmpty();
    }

    private List<TensorEvent> commands() {
        return cluster.readAll(cluster.topics.events()).stream()
                .map(record -> EventCodec.decode(record.value()))
                .filter(event -> event.kind() == TensorEvent.Kind.COMMAND_APPLIED)
                .toList();
    }

    @Test
    void aTokenInTheAddressUnlocksAndIsTakenFromTheAddress() throws Exception {
        String page = startWithToken();
        oracle.feed(IDS, 0, 2);
        browser.go(page + "#token=" + TOKEN);
        browser.untilText("#mode", "control on");
        assertThat(browser.driver.getCurrentUrl()).doesNotContain(TOKEN);
        assertThat(browser.problems()).isEmpty();
    }

    @Test
    void withoutATokenItIsReadOnlyAndSaysSo() throws Exception {
        String page = start(Map.of());
        oracle.feed(IDS, 0, 2);
        browser.go(page + "#/tensors/run/layer0");
        browser.untilText(".control", "Read-only: this processor has no control token configured");
        assertThat(browser.text("#mode")).isEqualTo("read-only");
        assertThat(browser.driver.findElements(By.cssSelector("[data-command]")))
                .isEmpty();
    }

    @Test
    void whenTheProcessorStopsThePageSaysThatItIsOld() throws Exception {
        String page = start(Map.of());
        oracle.feed(IDS, 0, 3);
        browser.go(page);
        browser.untilText("#link-text", "live");
        requireNonNull(processor).close();
        browser.untilText("#banner", "Connection lost");
        browser.untilText("#link-text", "lost ");
        browser.screenshot("lost-1280-light");
    }

    @Test
    void tenThousandTensorsStayFluid() throws Exception {
        String page = start(Map.of());
        List<TensorId> many = IntStream.range(0, 10_000)
                .mapToObj(i -> new TensorId("big/block" + i / 100 + ".layer" + i % 100))
                .toList();
        for (TensorId id : many) {
            cluster.post(id, TestCluster.activation(0, oracle.gaussian(Shape.of(4))));
        }
        cluster.flush();
        browser.go(page + "#/tensors");
        browser.until("#list-count", count -> count.getText().equals("10,000 tensors"));
        long before = pushes();
        long started = System.nanoTime();
        for (int position = 0; position < 600_000; position += 60_000) {
            browser.run("document.getElementById('list').scrollTop = arguments[0]", position);
            int first = position / 60;
            browser.until(".row[aria-posinset='" + (first + 1) + "']:not(.unknown)", WebElement::isDisplayed);
            assertThat(browser.driver.findElements(By.cssSelector(".row")).size())
                    .isLessThan(60);
        }
        for (int step = 1; step < 10; step++) { // while the stream flows
            oracle.feed(List.of(IDS.get(0)), step, step + 1);
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        long pushes = pushes() - before;
        // at most 4 a second, and one more for each window that was asked for
        assertThat(pushes).isLessThanOrEqualTo((long) (seconds * 4) + 12);
        browser.run("document.getElementById('list').scrollTop = 0");
        WebElement search = browser.driver.findElement(By.id("search"));
        search.sendKeys("block42.layer17");
        browser.untilText("#list-count", "1 of 10,001 tensors");
        assertThat(browser.problems()).isEmpty();
    }
}
