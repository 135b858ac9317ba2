package dev.consentkit

import dev.consentkit.vectors.Manifest
import dev.consentkit.vectors.run
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.abort
import org.junit.jupiter.api.DynamicContainer
import org.junit.jupiter.api.DynamicContainer.dynamicContainer
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import java.io.File

/**
 * The shared vectors, on which Rust, Node and Kotlin must agree.
 *
 * Not run here, and reported as skipped: the files of [CANNOT_RUN], which bring rules of their own. The
 * library carries the compiled rules of its version and has no way to load others.
 */
class VectorsTest {
    private val root = File(System.getProperty("consentkit.vectors"))
    private val files = Manifest.files(root)

    @TestFactory
    fun `every vector`(): List<DynamicContainer> = files.map { (path, file) ->
        dynamicContainer(path, file.vectors.map { vector ->
            dynamicTest(vector.name) {
                if (path in CANNOT_RUN) abort<Unit>("$path brings rules of its own") else run(file.policy, vector)
            }
        })
    }

    @Test
    fun `everything that must be there is there`() {
        val expected = Manifest.read(root)
        assertTrue(expected.isNotEmpty(), "an empty manifest asks for nothing")
        assertEquals(emptyList<String>(), Manifest.missing(expected, files.mapValues { (_, file) -> file.vectors.size }))
    }

    @Test
    fun `only files that bring rules are left out`() {
        assertEquals(CANNOT_RUN, files.filterValues { it.hasRules }.keys)
    }

    private companion object {
        val CANNOT_RUN = setOf("rules/own-table.json")
    }
}
