// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// ArchUnit's own JUnit engine has been seen to run no test at all, so its rules are called from
/// ordinary tests.
class ArchitectureTest {
    private static final JavaClasses ALL =
            new ClassFileImporter()
                    .withImportOption(new DoNotIncludeTests())
                    // The test kits of other modules come as jars when the whole build runs.
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importPackages("io.portunus");

    @Test
    void allModulesAreLookedAt() {
        for (var module : new String[] {"core", "transport", "signalling", "deploy"}) {
            assertThat(ALL)
                    .as("classes of %s", module)
                    .anyMatch(c -> c.getPackageName().startsWith("io.portunus." + module));
        }
    }

    @Test
    void modulesPointInwards() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("core")
                .definedBy("io.portunus.core..")
                .layer("transport")
                .definedBy("io.portunus.transport..")
                .layer("signalling")
                .definedBy("io.portunus.signalling..")
                .layer("deploy")
                .definedBy("io.portunus.deploy..")
                .whereLayer("deploy")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("transport")
                .mayOnlyBeAccessedByLayers("deploy")
                .whereLayer("signalling")
                .mayOnlyBeAccessedByLayers("deploy")
                .check(ALL);
    }

    @Test
    void theCoreIsToldTheTimeAndDoesNoIo() {
        noClasses()
                .that()
                .resideInAPackage("io.portunus.core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..",
                        "java.net..",
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.util.concurrent..",
                        "java.util.logging..",
                        "org.slf4j..",
                        "io.netty..",
                        "com.fasterxml..",
                        "org.bouncycastle..")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .check(ALL);
    }

    @Test
    void theCoreNeedsNothingButTheJdk() {
        classes()
                .that()
                .resideInAPackage("io.portunus.core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.portunus.core..", "java..", "org.jspecify..")
                .check(ALL);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("io.portunus.(*).(*)..").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void librariesStayBehindTheirOnePackage() {
        onlyIn("org.ice4j..", "io.portunus.transport.ice..");
        onlyIn("org.bouncycastle.tls..", "io.portunus.transport.dtls..");
        onlyIn("com.nimbusds..", "io.portunus.signalling.auth..");
        onlyIn("io.micrometer..", "io.portunus.signalling.http..", "io.portunus.deploy..");
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.portunus.transport.ice..",
                        "io.portunus.transport.dtls..",
                        "io.portunus.transport.srtp..",
                        "io.portunus.transport.peer..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .because("Netty's types stop at the sockets and loops")
                .check(ALL);
    }

    @Test
    void nullIsOffEverywhere() {
        classes().should(resideInANullMarkedPackage()).check(ALL);
    }

    @Test
    void nothingIsKeptInMutableStatics() {
        fields().that()
                .areStatic()
                .and(
                        DescribedPredicate.describe(
                                "are ours", field -> !field.getName().startsWith("$")))
                .should()
                .beFinal()
                .check(ALL);
    }

    @Test
    void classesAreFinalOrSealed() {
        classes()
                .that()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .areNotAnonymousClasses()
                .and()
                // The compiler's own, such as those behind a switch over an enum.
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .should(beFinalOrSealed())
                .check(ALL);
    }

    private static void onlyIn(String library, String... packages) {
        noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(ALL);
    }

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a @NullMarked package") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                events.add(
                        new SimpleConditionEvent(
                                item,
                                item.getPackage().isAnnotatedWith(NullMarked.class),
                                item.getPackageName() + " has no @NullMarked package-info"));
            }
        };
    }

    private static ArchCondition<JavaClass> beFinalOrSealed() {
        return new ArchCondition<>("be final or sealed") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                var closed =
                        item.getModifiers().contains(JavaModifier.FINAL)
                                || item.reflect().isSealed();
                events.add(
                        new SimpleConditionEvent(
                                item, closed, item.getName() + " is neither final nor sealed"));
            }
        };
    }
}
