SELECT rang, partie, somme, octets FROM essaim_instantane WHERE rang > 1 AND rang % ? = ? ORDER BY rang
