package dev.consentkit

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows

/** What the vectors cannot say: opening, its errors, reading the snapshot, closing. */
class EngineTest {
    private val now = Env(1_795_424_400_000UL, ByteArray(32))

    @Test
    fun `a mistake in the policy comes with code, path and hint`() {
        val broken = SHOP.replace("withdrawalUrl", "withdrawlUrl")
        val error = assertThrows<ConsentException.Policy> { ConsentEngine.open(broken) }
        assertEquals("POLICY_INVALID" to "withdrawlUrl", error.code to error.path)
        assertFalse(error.hint.isBlank())
        assertEquals("POLICY_INVALID", assertThrows<ConsentException.Policy> { ConsentEngine.open("{") }.code)
    }

    @Test
    fun `the snapshot is there after the first event and equals the one of the effect`() {
        ConsentEngine.open(SHOP).use { engine ->
            assertNull(engine.snapshot())
            val effects = engine.handle(Event.Open(Context(region = "DE"), Stored()), now)
            assertEquals((effects.first() as Effect.Snapshot).snapshot, engine.snapshot())
        }
    }

    @Test
    fun `bytes and clocks out of range are no crash`() {
        ConsentEngine.open(SHOP).use { engine ->
            val effects = engine.handle(Event.Open(Context(), Stored(cookie = "\u0000ü😀")), Env(ULong.MAX_VALUE, ByteArray(0)))
            assertEquals(emptyList<String>(), (effects.first() as Effect.Snapshot).snapshot.granted)
        }
    }

    @Test
    fun `a closed engine says so and the program goes on`() {
        val engine = ConsentEngine.open(SHOP)
        engine.close()
        assertThrows<IllegalStateException> { engine.snapshot() }
    }

    @Test
    fun `many threads may call one engine`() {
        ConsentEngine.open(SHOP).use { engine ->
            val open = Event.Open(Context(region = "DE"), Stored())
            val threads = List(8) { Thread { repeat(50) { engine.handle(open, now) } } }
            threads.forEach(Thread::start)
            threads.forEach(Thread::join)
            assertEquals(true, engine.snapshot()?.ask)
        }
    }
}
